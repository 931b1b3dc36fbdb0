import { ArgumentMistake, isPlain, mistakeUnless } from "./arguments-error";
import { isCidr } from "./cidr";

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
