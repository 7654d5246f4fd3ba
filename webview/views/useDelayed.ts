import { useEffect, useState } from "preact/hooks";

/** The value once it has rested for a moment, so that typing does not ask at every letter. */
export function useDelayed<Value>(value: Value, milliseconds = 200): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return rested;
}
