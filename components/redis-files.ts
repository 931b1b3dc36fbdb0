/** Where Redis' pods have the password: for the readiness probe, `npm run verify` and people. */
export const redisPasswordPath = "/run/secrets/redis/password";
