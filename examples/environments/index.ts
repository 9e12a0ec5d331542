// One program, a cluster for each stack: what instances there are and what they exchange is the stack's configuration.
import { Config, getStack } from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "pulumi-harper";

const config = new Config();

new Cluster(getStack(), {
  instances: config.requireObject<ClusterArgs["instances"]>("instances"),
  shape: config.requireObject<ClusterArgs["shape"]>("shape"),
  verifyTls: config.getBoolean("verifyTls"),
});
