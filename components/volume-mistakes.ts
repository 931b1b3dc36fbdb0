import { ArgumentMistake, isPlain, mistakeUnless, propertyPath, unknownArguments } from "./arguments-error";
import { passwordVolume } from "./peer";
import { expectedLabel, isPeer, label } from "./peer-mistakes";
import { fileVolume, secretFileVolume } from "./pod-files";
import { parseQuantity } from "./quantity";
import { ephemeralVolumeNames, persistentVolumeNames, TierArgs } from "./tier-args";

/** A mistake in a quantity, unless an output is to become one. */
export function quantityMistakes(argument: string, value: unknown): ArgumentMistake[] {
    const size = typeof value === "string" ? parseQuantity(value) : undefined;
    return mistakeUnless(
        !isPlain(value) || (size !== undefined && size > 0n),
        argument,
        value,
        "a Kubernetes quantity above 0, as in 8Gi",
    );
}

/** An absolute path that has one spelling alone, and that Kubernetes takes as a mount path. */
function isNormalPath(path: unknown): boolean {
    return (
        typeof path === "string" &&
        /^(?:\/[^/]+)+$/.test(path) &&
        !/[:\p{Cc}]/u.test(path) &&
        path.split("/").every((part) => part !== "." && part !== "..")
    );
}

/** The mistakes in a tier's volumes and files: their names, sizes and paths. */
export function volumeMistakes(args: TierArgs): ArgumentMistake[] {
    const { persistentVolumes = {}, ephemeralVolumes = {}, connectsTo = [] } = args;
    const files = (["files", "secretFiles"] as const).flatMap((kind) =>
        Object.keys(args[kind] ?? {}).map((path) => ({ argument: propertyPath(kind, path), path })),
    );
    const volumes = [
        ...Object.entries(persistentVolumes).map(([name, volume]) => {
            const argument = propertyPath("persistentVolumes", name);
            const mistakes = [
                ...unknownArguments(volume, persistentVolumeNames, argument),
                ...quantityMistakes(`${argument}.size`, volume.size),
            ];
            return { argument, name, path: volume.mountPath, mistakes };
        }),
        ...Object.entries(ephemeralVolumes).map(([name, volume]) => {
            const argument = propertyPath("ephemeralVolumes", name);
            const mistakes = [
                ...unknownArguments(volume, ephemeralVolumeNames, argument),
                ...quantityMistakes(`${argument}.sizeLimit`, volume.sizeLimit),
            ];
            return { argument, name, path: volume.mountPath, mistakes };
        }),
    ];
    const reserved = [fileVolume, secretFileVolume, ...connectsTo.filter(isPeer).map(passwordVolume)];
    const paths = [
        ...files,
        ...volumes.map(({ argument, path }) => ({ argument: `${argument}.mountPath`, path })),
    ];
    return [
        ...volumes.flatMap(({ argument, name, mistakes }, index) => [
            ...mistakes,
            ...mistakeUnless(label.test(name), argument, name, `as a volume's name ${expectedLabel}`),
            ...mistakeUnless(
                !reserved.includes(name) && volumes.findIndex((other) => other.name === name) === index,
                argument,
                name,
                `a name that no other volume has, and none of ${reserved.join(", ")}`,
            ),
        ]),
        ...paths.flatMap(({ argument, path }, index) => [
            ...mistakeUnless(
                isNormalPath(path),
                argument,
                path,
                "an absolute path below /, without a colon, an empty part, . or ..",
            ),
            ...mistakeUnless(
                paths.findIndex((other) => other.path === path) === index &&
                    files.every((file) => !`${path}/`.startsWith(`${file.path}/`) || file.path === path),
                argument,
                path,
                "a path that no other file or volume has, and that isn't below a file",
            ),
        ]),
    ];
}
