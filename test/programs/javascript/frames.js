// Calls of many kinds down to process.abort(), before which Node prints its own stack.

class Shop {
  static open() {
    return new Shop("corner");
  }

  constructor(name) {
    this.name = name;
    this.receipt = [2, 1].sort((a, b) => this.total(a, b));
  }

  total(...prices) {
    return prices.reduce(function add(sum, price) {
      return sum + priceOf(price);
    }, 0);
  }
}

const priceOf = (price) =>
  JSON.parse(`{"price": ${price}}`, (key, value) => (key === "price" ? steps(value).next().value : value));

function* steps(count) {
  const label = "ünïcode 名";
  yield end(count, label);
}

function end(count, label) {
  if (process.argv[2] === "abort") process.abort();
  if (process.argv[2] === "kill") process.kill(process.pid, "SIGSEGV");
  return label.length + count;
}

function warm() {
  let sum = 0;
  for (let round = 0; round < 20_000; round++) sum += end(round, "");
  return sum;
}

const mode = process.argv[2];
process.argv[2] = "";
warm();
process.argv[2] = mode;
setTimeout(async function later() {
  await null;
  Shop.open();
}, 1);
