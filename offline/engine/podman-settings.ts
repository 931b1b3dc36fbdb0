import type { MachineFacts } from "../../cli/container-engine/machine-facts.ts";

/** Facts about a machine that podman's defaults depend on. */
export interface PodmanMachine extends MachineFacts {
    /** systemd runs as the init system, so control groups can be asked of it. */
    readonly systemd: boolean;
}

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
export function podmanSettings(machine: PodmanMachine, root: boolean): string | undefined {
    const containers = machine.mayRaiseLimits
        ? []
        : [
              "# Raising limits is not permitted here, so containers get the limits there are.",
              "default_ulimits = []",
          ];
    const engine = [
        ...(machine.cgroupV1
            ? [
                  "# Control groups of version 1 are mounted; crun refuses the mix of 1 and 2.",
                  'runtime = "runc"',
              ]
            : []),
        ...(machine.systemd
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
