import type { Page } from "playwright-core";

/** Whether the database in which VS Code keeps the state of its editors, in a browser, has a text somewhere. */
export function keptStateHas(page: Page, text: string): Promise<boolean> {
  return page.evaluate(async (wanted) => {
    const done = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      if (!name?.startsWith("vscode-web-state-db-")) continue;
      const database = await done(indexedDB.open(name));
      try {
        const values = await done(database.transaction("ItemTable").objectStore("ItemTable").getAll());
        // JSON within JSON within JSON.
        if (values.some((value) => String(value).replaceAll("\\", "").includes(wanted))) return true;
      } finally {
        database.close();
      }
    }
    return false;
  }, text);
}
