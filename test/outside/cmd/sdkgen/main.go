// Command sdkgen SCHEMA FOLDER [LANGUAGE…] writes the SDKs of a schema to FOLDER/LANGUAGE, all of them by default.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"pulumi-harper/test/outside/sdks"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: sdkgen SCHEMA FOLDER [LANGUAGE...]")
		os.Exit(2)
	}
	languages := os.Args[3:]
	if len(languages) == 0 {
		languages = slices.Sorted(maps.Keys(sdks.Languages))
	}
	for _, language := range languages {
		count, err := sdks.Generate(os.Args[1], language, os.Args[2])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Printf("%s: %d files\n", language, count)
	}
}
