// A full mesh: each of the three instances has every table of the others.
import { Config } from "@pulumi/pulumi";
import { Node } from "pulumi-harper";

const config = new Config();
const hostnames = config.requireObject<Record<"us-1" | "eu-1" | "ap-1", string>>("hostnames");
const verifyTls = config.getBoolean("verifyTls");

// Each member is declared once, from one instance. Harper makes eu-1 and ap-1 known to each other.
const eu = new Node("eu-1", { target: "us-1", peer: "eu-1", hostname: hostnames["eu-1"], verifyTls });
const ap = new Node("ap-1", { target: "us-1", peer: "ap-1", hostname: hostnames["ap-1"], verifyTls });

export const members = [eu.instance, eu.name, ap.name];
