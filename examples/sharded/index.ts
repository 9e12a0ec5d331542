// A mesh whose members say which shard they are of: an application then keeps each row on one shard only.
import { Config } from "@pulumi/pulumi";
import { Cluster } from "pulumi-harper";

const config = new Config();
const hostnames = config.requireObject<Record<string, string>>("hostnames");
/** `pulumi config set --path shards.us-1 1`; `pulumi-harper check` finds a shard with fewer than two members. */
const shards = config.getObject<Record<string, number>>("shards") ?? {};

new Cluster("shop", {
  instances: Object.fromEntries(
    Object.entries(hostnames).map(([name, hostname]) => [name, { hostname, shard: shards[name] ?? 1 }]),
  ),
  shape: { type: "mesh" },
  verifyTls: config.getBoolean("verifyTls"),
});
