import { readFile, writeFile } from "node:fs/promises";

/** The kernel's limit of inotify instances for a user. Its default is used up by a few nodes: 10 to 40 each. */
const file = "/proc/sys/fs/inotify/max_user_instances";

/** Enough for several clusters: https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
const enough = 512;

/**
 * Raises the limit if it is lower than several nodes need: kube-proxy and others end with "too many open files" there.
 *
 * @returns a function that puts back what there was
 */
export async function raiseInotifyLimit(): Promise<() => Promise<void>> {
    const former = await readFile(file, "utf8");
    if (Number(former) >= enough) {
        return () => Promise.resolve();
    }
    await writeFile(file, `${enough}`);
    return async () => {
        await writeFile(file, former);
    };
}
