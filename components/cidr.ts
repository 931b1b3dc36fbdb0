import { isIP } from "node:net";
import { ArgumentMistake, isPlain, mistakeUnless } from "./arguments-error";

const wholeNumber = /^(?:0|[1-9]\d*)$/;

/**
 * Tells whether a text is a block of addresses as a NetworkPolicy takes it: an IPv4 or IPv6 address with the length of
 * its prefix, as in `10.0.0.0/8` or `fd00::/8`.
 */
export function isCidr(text: string): boolean {
    const [address = "", prefix = "", ...rest] = text.split("/");
    const version = isIP(address);
    return (
        rest.length === 0 &&
        version !== 0 &&
        // A zone belongs to one machine alone.
        !address.includes("%") &&
        wholeNumber.test(prefix) &&
        Number(prefix) <= (version === 6 ? 128 : 32)
    );
}

/**
 * Finds the blocks of addresses that the cluster would refuse.
 *
 * @param path the property path of the list
 * @param group the arguments that have it as `cidrs`
 */
export function cidrMistakes(
    path: string,
    group: { readonly cidrs?: unknown } | undefined,
): ArgumentMistake[] {
    const cidrs = group?.cidrs;
    return Array.isArray(cidrs)
        ? cidrs.flatMap((cidr: unknown, index) =>
              mistakeUnless(
                  !isPlain(cidr) || (typeof cidr === "string" && isCidr(cidr)),
                  `${path}[${String(index)}]`,
                  cidr,
                  "a block of addresses such as 10.0.0.0/8",
              ),
          )
        : [];
}
