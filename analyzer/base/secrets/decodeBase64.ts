const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) values[letters.charCodeAt(value)] = value;
values["-".charCodeAt(0)] = 62;
values["_".charCodeAt(0)] = 63;

/** Text in Base64, in either alphabet and without padding; empty where something comes out that is not printable ASCII. */
export function decodeBase64(text: string): string {
  let decoded = "";
  let bits = 0;
  let held = 0;
  for (let at = 0; at < text.length; at++) {
    const value = values[text.charCodeAt(at)] ?? -1;
    if (value < 0) return "";
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const code = (held >>> bits) & 0xff;
    if (code > 0x7e || (code < 0x20 && code !== 9 && code !== 10 && code !== 13)) return "";
    decoded += String.fromCharCode(code);
  }
  return decoded;
}
