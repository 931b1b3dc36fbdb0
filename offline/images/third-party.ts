import type { DebianRoot } from "./debian-root.ts";

/** An image that consists of Debian packages and a little metadata. */
export interface PackagedImage {
    readonly root: DebianRoot;
    /** Instructions of a Containerfile that set the image's metadata. */
    readonly changes: readonly string[];
}

const path = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The images of other projects that the application uses, made from Debian's packages of the same programs and tagged
 * with the official images' names. Programs, data folders and ports are where the official images have them; there
 * is no entrypoint script, and nothing may rely on one.
 */
export const packagedImages: Readonly<Record<string, PackagedImage>> = {
    "docker.io/library/mysql:9.7": {
        root: {
            release: "sid",
            packages: ["mysql-server-core", "mysql-client-core"],
            // Tools for files of MyISAM tables, load tests and old keyrings, each with the server's libraries linked in;
            // plugins for other ways to log in and to replicate; and Perl, which only scripts use that start or inspect a server.
            without: [
                "/usr/bin/ibd2sdi",
                "/usr/bin/innochecksum",
                "/usr/bin/my_print_defaults",
                "/usr/bin/myisam*",
                "/usr/bin/mysql_migrate_keyring",
                "/usr/bin/mysql_secure_installation",
                "/usr/bin/mysqlbinlog",
                "/usr/bin/mysqlcheck",
                "/usr/bin/mysqlimport",
                "/usr/bin/mysqlshow",
                "/usr/bin/mysqlslap",
                "/usr/bin/perror",
                "/usr/lib/mysql/plugin/authentication_*",
                "/usr/lib/mysql/plugin/group_replication.so",
                "/usr/lib/mysql/plugin/telemetry_client.so",
                "/usr/lib/*/perl/*",
                "/usr/share/perl/*",
            ],
            // As in the official image, any user may write here: the volume's owner decides, not the image.
            finish: 'install -d -m 1777 "$1/var/lib/mysql" "$1/var/lib/mysql-files" "$1/var/run/mysqld"',
        },
        changes: [path, "EXPOSE 3306", 'CMD ["mysqld"]'],
    },
    "docker.io/library/redis:8.0": {
        root: {
            release: "sid",
            packages: ["redis-server"],
            without: ["/usr/bin/redis-benchmark", "/etc/init.d/*"],
            // The official image has no settings; Debian's are in a folder that only its own user may enter.
            finish: 'rm -r "$1/etc/redis" && install -d -m 1777 "$1/data"',
        },
        changes: [path, "WORKDIR /data", "EXPOSE 6379", 'CMD ["redis-server"]'],
    },
    "docker.io/library/node:24-slim": {
        root: { release: "sid", packages: ["nodejs"], without: [], finish: "true" },
        changes: [path, 'CMD ["node"]'],
    },
};
