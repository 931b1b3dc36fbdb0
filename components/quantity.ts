/**
 * Kubernetes' quantities, exactly: as whole billionths (the finest step that Kubernetes keeps), so that
 * "0.1" and "100m" are equal and "8Ei" loses nothing.
 * Source of the grammar: the comment on `Quantity` in k8s.io/apimachinery/pkg/api/resource.
 */

/** Number of billionths in one: {@link parseQuantity} counts in them. */
export const billionths = 1_000_000_000n;
const largest = (2n ** 63n - 1n) * billionths;
const decimalExponents = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

const grammar =
    /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:(?<binary>[KMGTPE]i)|[eE](?<exponent>[+-]?\d{1,3})|(?<decimal>[numkMGTPE]?))$/;

/** Longer texts than this are no quantities that anybody meant; the limit also bounds the arithmetic. */
const longestText = 64;

function isKeyOf<T extends object>(table: T, key: string): key is keyof T & string {
    return Object.hasOwn(table, key);
}

function roundUp(numerator: bigint, denominator: bigint): bigint {
    const quotient = numerator / denominator;
    return numerator % denominator > 0n ? quotient + 1n : quotient;
}

/**
 * The value of a Kubernetes quantity ("250m", "1.5Gi", "2e3") in billionths, rounded up as Kubernetes does;
 * `undefined` when the text is none, or beyond what Kubernetes can hold (2^63-1).
 */
export function parseQuantity(text: string): bigint | undefined {
    const groups = text.length > longestText ? undefined : grammar.exec(text)?.groups;
    if (groups === undefined) {
        return undefined;
    }
    const { sign = "", whole = "", fraction = "", binary = "", exponent, decimal = "" } = groups;
    if (whole === "" && fraction === "") {
        return undefined;
    }
    let numerator = BigInt(whole + fraction) * billionths;
    let denominator = 10n ** BigInt(fraction.length);
    if (isKeyOf(binaryExponents, binary)) {
        numerator <<= binaryExponents[binary];
    } else {
        const power =
            exponent !== undefined
                ? Number(exponent)
                : isKeyOf(decimalExponents, decimal)
                  ? decimalExponents[decimal]
                  : 0;
        const scale = 10n ** BigInt(Math.abs(power));
        if (power < 0) {
            denominator *= scale;
        } else {
            numerator *= scale;
        }
    }
    const size = roundUp(numerator, denominator);
    if (size > largest) {
        return undefined;
    }
    return sign === "-" ? -size : size;
}

/** True if `left` is the smaller of two quantities; `false` when one of them is no quantity. */
export function isLess(left: string, right: string): boolean {
    const [leftValue, rightValue] = [parseQuantity(left), parseQuantity(right)];
    return leftValue !== undefined && rightValue !== undefined && leftValue < rightValue;
}
