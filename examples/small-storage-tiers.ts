import { MySqlArgs, RedisArgs } from "../components";
import { mysqlResources } from "../components/mysql";
import { redisResources } from "../components/redis";

// Little CPU kept free and small volumes, so that all examples find room beside the application on a small machine.

export const smallMySql = {
    storage: { size: "1Gi" },
    resources: { ...mysqlResources, requests: { ...mysqlResources.requests, cpu: "50m" } },
} as const satisfies Partial<MySqlArgs>;

export const smallRedis = {
    resources: { ...redisResources, requests: { ...redisResources.requests, cpu: "20m" } },
} as const satisfies Partial<RedisArgs>;
