// Exact numbers of a scheme (scoring.md §3): an integer or a text such as "0.5" or "1/3". No floats.

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const RATIO = /^(-?\d+)\/([1-9]\d*)$/;

const fraction = (n, d) => ({ n: BigInt(n), d: BigInt(d) });

/** A number of a scheme as a fraction {n, d}; throws for anything else. */
export function exact(value) {
  if (Number.isSafeInteger(value)) return fraction(value, 1);
  const decimal = DECIMAL.exec(value);
  if (decimal) {
    const [, minus, whole, rest = ""] = decimal;
    return fraction(`${minus}${whole}${rest}`, 10n ** BigInt(rest.length));
  }
  const ratio = RATIO.exec(value);
  if (ratio) return fraction(ratio[1], ratio[2]);
  throw new Error("number not exact");
}

export const plus = (a, b) => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
export const times = (a, b) => ({ n: a.n * b.n, d: a.d * b.d });
export const over = (a, b) => ({ n: a.n * b.d, d: a.d * b.n });
export const equal = (a, b) => a.n * b.d === b.n * a.d;

/** Points in tenths, as slips carry them (7.5 = 75); throws unless it is a whole number of tenths. */
export function tenths(value) {
  const { n, d } = times(exact(value), fraction(10, 1));
  if (n % d) throw new Error("not a whole number of tenths");
  return Number(n / d);
}

export const ZERO = fraction(0, 1);
export const inTenths = (mark) => fraction(mark, 10);
