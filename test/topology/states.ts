import type { StateResource } from "../../topology/program/state";

const project = "urn:pulumi:dev::shop::";
export const stackUrn = `${project}pulumi:pulumi:Stack::shop-dev`;

type Given = Partial<StateResource>;

const made = (type: string, name: string, given: Given, custom: boolean): StateResource => {
  const { parent } = given;
  const within = parent && parent !== stackUrn ? `${parent.split("::")[2]}$` : "";
  return { urn: `${project}${within}${type}::${name}`, type, custom, parent: stackUrn, ...given };
};

export const stack = (outputs: Record<string, unknown> = {}): StateResource => ({
  urn: stackUrn,
  type: "pulumi:pulumi:Stack",
  custom: false,
  outputs,
});

/** A resource of the plugin. */
export const plugin = (type: string, name: string, inputs: Record<string, unknown>, given: Given = {}): StateResource =>
  made(`harper:index:${type}`, name, { id: name, inputs, outputs: inputs, ...given }, true);

export const dynamic = (type: string, name: string, inputs: Record<string, unknown>): StateResource =>
  made(`pulumi-nodejs:dynamic/harper:${type}`, name, { id: name, inputs, outputs: inputs }, true);

/** One of another package. */
export const other = (name: string, outputs: Record<string, unknown>, given: Given = {}): StateResource =>
  made("cloud:index:Machine", name, { id: name, inputs: {}, outputs, ...given }, true);

export const component = (type: string, name: string, given: Given = {}): StateResource =>
  made(type, name, given, false);

export const provider = (type: string, name: string, inputs: Record<string, unknown> = {}): StateResource =>
  made(`pulumi:providers:${type}`, name, { id: `id-of-${name}`, inputs, outputs: inputs }, true);

const sign = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
export const plaintext = (value: unknown) => ({ ...sign, plaintext: JSON.stringify(value) });
export const ciphertext = { ...sign, ciphertext: "v1:abc" };
