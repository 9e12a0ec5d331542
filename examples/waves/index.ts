// ap-1 joins only once eu-1 is connected on both ends and has copied what there is to copy.
import { Config } from "@pulumi/pulumi";
import { ClusterReady, Node } from "pulumi-harper";

const config = new Config();
const hostnames = config.requireObject<Record<"eu-1" | "ap-1", string>>("hostnames");
const verifyTls = config.getBoolean("verifyTls");

const eu = new Node("eu-1", { target: "us-1", peer: "eu-1", hostname: hostnames["eu-1"], verifyTls });
const first = new ClusterReady("first", { target: "us-1", nodes: [eu.name], stableSeconds: 2 });

const ap = new Node(
  "ap-1",
  { target: "us-1", peer: "ap-1", hostname: hostnames["ap-1"], verifyTls },
  { dependsOn: first },
);
const second = new ClusterReady("second", { target: "us-1", nodes: [eu.name, ap.name], stableSeconds: 2 });

export const readyAt = second.readyAt;
