import type { MachineFacts } from "./machine-facts.ts";

/** Where podman, run by root, keeps images, containers and (as podman itself does for other users) networks. */
const rootStorage = "/var/lib/containers/storage";

/**
 * The containers.conf that podman needs on this machine, or undefined where its defaults work: then the user's own
 * settings hold.
 *
 * It is named in `CONTAINERS_CONF`, so neither /etc nor the user's settings are touched. Images and containers stay
 * in podman's usual place: `podman ps` shows the node, as `docker ps` would.
 *
 * @param root Whether podman runs as root.
 */
export function podmanSettings(facts: MachineFacts, root: boolean): string | undefined {
    const containers = facts.mayRaiseLimits
        ? []
        : [
              "# Raising limits is not permitted here, so containers get the limits there are.",
              "default_ulimits = []",
          ];
    const engine = [
        ...(facts.cgroupV1
            ? [
                  "# Control groups of version 1 are mounted; crun refuses the mix of 1 and 2.",
                  'runtime = "runc"',
              ]
            : []),
        ...(facts.systemd
            ? []
            : [
                  "# systemd, which would manage control groups and events, doesn't run.",
                  'cgroup_manager = "cgroupfs"',
                  'events_logger = "file"',
              ]),
    ];
    if (containers.length === 0 && engine.length === 0) {
        return undefined;
    }
    return [
        "# Written by this project for the commands it runs; everything else on the machine ignores it.",
        "[containers]",
        ...containers,
        "",
        "[engine]",
        ...engine,
        "",
        "[network]",
        ...(root
            ? [
                  "# Beside the containers that use them, instead of under /etc.",
                  `network_config_dir = "${rootStorage}/networks"`,
              ]
            : []),
        "",
    ].join("\n");
}
