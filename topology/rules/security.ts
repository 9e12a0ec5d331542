import { readEndpoint } from "../../provider/operations-api/endpoint";
import type { Checked, Rule } from "./rule";

export const retainedCredentials: Rule = {
  name: "retained-credentials",
  level: "warning",
  looksAt: "inputs",
  title: "The credentials of a join are kept in the cluster's own table.",
  page: "With `retainAuthorization: true` every super_user of every member reads them in clear. Harper needs them for the first join alone: leave the property out.",
  find: ({ declared }) =>
    declared.nodes
      .filter(({ resource }) => resource.inputs.retainAuthorization === true)
      .map(({ resource, target, peer }) => ({
        at: `${target}/${peer}`,
        text: `"${resource.name}" keeps the credentials of ${peer} on ${target}, in clear`,
        urns: [resource.urn],
      })),
};

export const plainHttp: Rule = {
  name: "plain-http",
  level: "error",
  looksAt: "instances",
  title: "Credentials go over plain HTTP to an instance that is not on this machine.",
  page: "Whoever sits between reads them. Give the instance's operations API a certificate and use `https://`; a certificate of your own is verified with `caCertificate` or `certificateFingerprint`.",
  find: ({ connections = {} }) =>
    Object.entries(connections).flatMap(([name, { endpoint }]) => {
      const { isTls, isLocal } = readEndpoint(endpoint);
      return !isTls && !isLocal ? [{ at: name, text: `${name} is reached over plain HTTP`, urns: [] }] : [];
    }),
};

export const unverifiedTls: Rule = {
  name: "unverified-tls",
  level: "warning",
  looksAt: "inputs",
  title: "A certificate is accepted whoever signed it.",
  page: "`verifyTls: false` lets the first join go to whoever answers at that address, with the peer's credentials; `insecureSkipTlsVerify` does the same with those of the provider. Sign the certificates, or pin them with `certificateFingerprint`. On a machine of one's own silence the rule.",
  find: (checked) => [...unverifiedJoins(checked), ...unverifiedConnections(checked)],
};

const unverifiedJoins = ({ declared }: Checked) =>
  declared.nodes
    .filter(({ resource }) => resource.inputs.verifyTls === false)
    .map(({ resource, target, peer }) => ({
      at: `${target}/${peer}`,
      text: `"${resource.name}" joins ${peer} at ${target} without verifying its certificate`,
      urns: [resource.urn],
    }));

const unverifiedConnections = ({ connections = {} }: Checked) =>
  Object.entries(connections)
    .filter(([, { insecureSkipTlsVerify }]) => insecureSkipTlsVerify)
    .map(([name]) => ({ at: name, text: `${name} is spoken to without verifying its certificate`, urns: [] }));
