import { dynamicProvider } from "../frontends/dynamic";

// What a program's dynamic Routes is made of: state names this file instead of carrying the code.
export = dynamicProvider("Routes");
