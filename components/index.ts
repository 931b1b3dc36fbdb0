export { AppIngress, AppIngressArgs, IngressControllerArgs } from "./app-ingress";
export { Application, ApplicationArgs, Placement } from "./application";
export { ArgumentMistake, ArgumentsError } from "./arguments-error";
export { connectToCluster, ClusterConnection, ClusterConnectionArgs } from "./cluster-connection";
export { Client } from "./client";
export { Credentials, CredentialsArgs, PasswordVersions } from "./credentials";
export {
    clientDefaults,
    defaultClusterDomain,
    defaultCpuUtilization,
    defaultExternalPorts,
    defaultPasswordVersion,
    mysqlDefaults,
    redisDefaults,
    serverDefaults,
    tierDefaults,
    workerDefaults,
} from "./defaults";
export { Labels, stackLabels } from "./labels";
export { MySql, MySqlArgs, MySqlCredentials } from "./mysql";
export { ConnectionArgs, ConnectionPassword, Peer } from "./peer";
export { DnsArgs } from "./dns-args";
export { PlacementArgs } from "./placement";
export { Redis, RedisArgs, RedisCredentials } from "./redis";
export { Server } from "./server";
export { ServiceAddress, serviceDirectory } from "./service-address";
export { StatelessTierArgs } from "./stateless-tier";
export { StorageArgs } from "./storage-args";
export { Tier, TierKind } from "./tier";
export {
    AutoscalingArgs,
    EphemeralVolumeArgs,
    PersistentVolumeArgs,
    ScalingArgs,
    TierArgs,
} from "./tier-args";
export { Protocol, Topology, topologyOf, TopologyTier } from "./topology";
export { Worker } from "./worker";
