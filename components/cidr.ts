import { isIP } from "node:net";

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
