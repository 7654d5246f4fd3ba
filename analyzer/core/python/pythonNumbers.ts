import type { PythonMemory } from "./pythonMemory";

/** Decimal digits of larger numbers take long to make. */
const mostDigits = 4096;
const digitBits = 30n;
const digitsOffset = 24;

/** Undefined for what is not a number, or has a great many digits. */
export function readPythonInteger(python: PythonMemory, address: number): bigint | undefined {
  const head = python.signed(address + 16);
  if (head === undefined) return undefined;
  // Since 3.12 the number of digits is above three bits, of which two are the sign; before, the sign was its own.
  const isTagged = python.layout.minor >= 12;
  const count = isTagged ? head >> 3n : head < 0n ? -head : head;
  const isNegative = isTagged ? (head & 3n) === 2n : head < 0n;
  if (count < 0n || count > mostDigits) return undefined;
  if (isTagged && (head & 3n) === 1n) return 0n;
  const bytes = python.memory.bytes(BigInt(address + digitsOffset), 4 * Number(count));
  if (bytes.length < 4 * Number(count)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = 0n;
  for (let at = bytes.length - 4; at >= 0; at -= 4)
    value = (value << digitBits) | BigInt(view.getUint32(at, true));
  return isNegative ? -value : value;
}

export function readPythonFloat(python: PythonMemory, address: number): number | undefined {
  const bytes = python.memory.bytes(BigInt(address + 16), 8);
  if (bytes.length < 8) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
}

/** As Python writes it: `1.0`, `1e+16`, `1e-05`, `inf`. */
export function pythonFloatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0.0";
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e16)) {
    const plain = String(value);
    if (!plain.includes("e")) return plain.includes(".") ? plain : `${plain}.0`;
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  const number = Math.abs(Number(exponent));
  return `${digits}e${exponent.startsWith("-") ? "-" : "+"}${String(number).padStart(2, "0")}`;
}
