/** Luhn's check of digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let k = 0; k < digits.length; k++) {
    const digit = digits.charCodeAt(digits.length - 1 - k) - 48;
    const doubled = k % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Whether digits are a payment card's: ranges of issuers, their lengths, Luhn, and not one digit over and over. */
export function isCardNumber(digits: string): boolean {
  if (new Set(digits).size < 4 || !passesLuhn(digits)) return false;
  const two = Number(digits.slice(0, 2));
  const four = Number(digits.slice(0, 4));
  switch (digits.length) {
    case 14:
      return two === 36 || two === 38;
    case 15:
      return two === 34 || two === 37;
    case 16:
      return (
        digits[0] === "4" ||
        (two >= 51 && two <= 55) ||
        (four >= 2221 && four <= 2720) ||
        four === 6011 ||
        two === 65 ||
        (four >= 3528 && four <= 3589) ||
        two === 60
      );
    default:
      return false;
  }
}

/** Lengths of account numbers by country, of the larger ones. */
const ibanLengths: ReadonlyMap<string, number> = new Map(
  (
    "AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GR27 HR21 HU28 IE22 IT27 LI21 LT20 LU20 LV21 MC27 " +
    "MT31 NL18 NO15 PL28 PT25 RO24 SA24 SE24 SI19 SK24 TR26 AE23 IL23 QA29 KW30"
  )
    .split(" ")
    .map((each) => [each.slice(0, 2), Number(each.slice(2))]),
);

/** Whether a text is an international bank account number: length of its country, remainder 1 by 97. */
export function isIban(text: string): boolean {
  if (ibanLengths.get(text.slice(0, 2)) !== text.length || !/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text))
    return false;
  let remainder = 0;
  for (const letter of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

const multiplied = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678"].concat([
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
]);
const permuted = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

/** Verhoeff's check of digits, the last being the check digit. */
export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let k = 0; k < digits.length; k++) {
    const digit = Number(digits[digits.length - 1 - k]);
    check = Number(multiplied[check]![Number(permuted[k % 8]![digit])]);
  }
  return check === 0;
}
