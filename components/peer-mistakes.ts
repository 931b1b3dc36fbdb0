import { ArgumentMistake, mistakeUnless } from "./arguments-error";
import { passwordVolume, Peer } from "./peer";

/** A volume's and a container's name: DNS-1123. */
export const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const expectedLabel = "at most 63 lower-case letters, digits and hyphens, no hyphen first or last";
/** Tells a tier, or all that one needs to be connected to, from anything else. */
export function isPeer(value: unknown): value is Peer {
    return typeof value === "object" && value !== null && "tierName" in value;
}

/** A mistake where a tier, or all that one needs to be connected to, was expected. */
export function peerMistakes(argument: string, value: unknown): ArgumentMistake[] {
    if (!isPeer(value)) {
        return mistakeUnless(false, argument, value, "a tier");
    }
    return mistakeUnless(
        value.connection.password === undefined || label.test(passwordVolume(value)),
        argument,
        value.tierName,
        "a tier with a shorter name, since its password is mounted from a volume <name>-password of at most 63 characters",
    );
}
