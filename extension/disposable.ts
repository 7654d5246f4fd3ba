/** Things to dispose together, in reverse order. Adding to a disposed store disposes at once. */
export class DisposableStore {
  private readonly items: { dispose(): unknown }[] = [];
  private disposed = false;

  add<Item extends { dispose(): unknown }>(item: Item): Item {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    this.disposed = true;
    for (let item = this.items.pop(); item !== undefined; item = this.items.pop()) item.dispose();
  }
}
