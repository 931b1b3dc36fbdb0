import { MySqlArgs } from "../components";
import { mysqlResources } from "../components/mysql";

/** MySQL with little CPU kept free and a small volume, so that several of them find room on a small machine. */
export const smallMySql = {
    storage: { size: "1Gi" },
    resources: { ...mysqlResources, requests: { ...mysqlResources.requests, cpu: "50m" } },
} as const satisfies Partial<MySqlArgs>;
