import { MySqlArgs, mysqlDefaults, RedisArgs, redisDefaults } from "../components";

// Little CPU kept free and small volumes, so that all examples find room beside the application on a small machine.

export const smallMySql = {
    storage: { size: "1Gi" },
    resources: { ...mysqlDefaults.resources, requests: { ...mysqlDefaults.resources.requests, cpu: "50m" } },
} as const satisfies Partial<MySqlArgs>;

export const smallRedis = {
    resources: { ...redisDefaults.resources, requests: { ...redisDefaults.resources.requests, cpu: "20m" } },
} as const satisfies Partial<RedisArgs>;
