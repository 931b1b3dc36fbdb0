import * as pulumi from "@pulumi/pulumi";
import { ArgumentNames } from "./arguments-error";
import { Labels } from "./labels";
import { ServiceAddress } from "./service-address";

/** A password that a connecting tier mounts as a file. */
export interface ConnectionPassword {
    /** The name of the Secret, in the connecting tier's namespace, whose key `password` holds it. */
    readonly secretName: pulumi.Input<string>;
}

/** Given to a tier that connects to this one, beside the host and the port. */
export interface ConnectionArgs {
    /** Further env vars, without the prefix: `{ DATABASE: "app" }` becomes `MYSQL_DATABASE` at a peer `mysql`. */
    readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
    readonly password?: ConnectionPassword;
}

/** Everything that another tier needs in order to connect to this one: every {@link Tier} is a peer. */
export interface Peer {
    /** The name of the tier and of its Service. */
    readonly tierName: string;
    readonly namespace: pulumi.Output<string>;
    readonly address: pulumi.Output<ServiceAddress>;
    readonly port: number;
    /** Selects the tier's pods. */
    readonly selectorLabels: Labels;
    readonly connection: ConnectionArgs;
    /** Seconds that the tier may take to become ready; those who connect to it wait longer. */
    readonly progressDeadlineSeconds: number;
}

export const connectionNames: ArgumentNames<ConnectionArgs> = { env: true, password: true };
export const passwordNames: ArgumentNames<ConnectionPassword> = { secretName: true };

const passwordFolder = "/run/credentials";

function prefix(tierName: string): string {
    return tierName.toUpperCase().replaceAll("-", "_");
}

/** The name of the volume with a peer's password. */
export function passwordVolume(peer: Peer): string {
    return `${peer.tierName}-password`;
}

/** The folder in which the password of a peer is mounted: `/run/credentials/mysql`, with one file, `password`. */
export function passwordMountPath(peer: Peer): string {
    return `${passwordFolder}/${peer.tierName}`;
}

/**
 * The env vars by which a tier finds a peer: `MYSQL_HOST`, `MYSQL_PORT`, those of the peer's own connection, and
 * the path of the password's file, never the password.
 */
export function connectionEnv(peer: Peer): Record<string, pulumi.Input<string>> {
    const variables: Record<string, pulumi.Input<string>> = {
        HOST: peer.address.fqdn,
        PORT: String(peer.port),
        ...peer.connection.env,
    };
    if (peer.connection.password !== undefined) {
        variables["PASSWORD_FILE"] = `${passwordMountPath(peer)}/password`;
    }
    return Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [`${prefix(peer.tierName)}_${name}`, value]),
    );
}
