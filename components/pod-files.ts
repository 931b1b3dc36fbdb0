import { createHash } from "node:crypto";

/** The volumes of a tier's `files` and `secretFiles`. */
export const fileVolume = "files";
export const secretFileVolume = "secret-files";

/** The file with Redis' password in its pods: for the readiness probe, `npm run verify` and people. */
export const redisPasswordPath = "/run/secrets/redis/password";

const longestKey = 253;
const key = /^[-._a-zA-Z0-9]+$/;

function plainKey(path: string): string {
    return path.slice(1).replaceAll("/", "_");
}

/**
 * The keys of files in their ConfigMap or Secret, by the files' paths. A key may not contain a slash, nor stand for
 * two files: where the plain one would, as for `/etc/a_b` beside `/etc/a/b`, a hash of the path stands in.
 */
export function fileKeys(paths: readonly string[]): ReadonlyMap<string, string> {
    return new Map(
        paths.map((path) => {
            const plain = plainKey(path);
            const isFit =
                key.test(plain) &&
                plain.length <= longestKey &&
                paths.every((other) => other === path || plainKey(other) !== plain);
            return [path, isFit ? plain : createHash("sha256").update(path).digest("hex")];
        }),
    );
}
