import { ListValue, type NullValue, Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

/** Protobuf's JSON object as a plain one. Not `toJavaScript`, to which `__proto__` is no key. */
export function fromStruct(struct: Struct | undefined): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  struct?.getFieldsMap().forEach((value, key) => {
    entries.push([key, fromValue(value)]);
  });
  return Object.fromEntries(entries);
}

function fromValue(value: Value): unknown {
  switch (value.getKindCase()) {
    case Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case Value.KindCase.STRING_VALUE:
      return value.getStringValue();
    case Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case Value.KindCase.STRUCT_VALUE:
      return fromStruct(value.getStructValue());
    case Value.KindCase.LIST_VALUE:
      return value.getListValue()?.getValuesList().map(fromValue) ?? [];
    default:
      return null;
  }
}

/** A plain object as protobuf's. */
export function toStruct(properties: Record<string, unknown>): Struct {
  const struct = new Struct();
  for (const [key, value] of Object.entries(properties)) struct.getFieldsMap().set(key, toValue(value));
  return struct;
}

function toValue(value: unknown): Value {
  const made = new Value();
  if (typeof value === "number") made.setNumberValue(value);
  else if (typeof value === "string") made.setStringValue(value);
  else if (typeof value === "boolean") made.setBoolValue(value);
  else if (Array.isArray(value)) made.setListValue(new ListValue().setValuesList(value.map(toValue)));
  else if (typeof value === "object" && value !== null) made.setStructValue(toStruct(value as Record<string, unknown>));
  else made.setNullValue(0 as NullValue);
  return made;
}
