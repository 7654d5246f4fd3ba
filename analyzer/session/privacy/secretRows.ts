import type { SecretScan } from "../../base/secrets/secretTally";
import type { SecretsResult } from "../../protocol/privacy/secrets";

/** @param textOf where one of the findings is, as the wire says it */
export function secretRows<Place>(
  { findings, ...figures }: SecretScan<Place>,
  textOf: (place: Place) => string | undefined,
): SecretsResult {
  const rows = findings.map(({ place, ...rest }) => {
    const at = textOf(place);
    return at === undefined ? rest : { ...rest, at };
  });
  return { ...figures, rows };
}
