package sdks

import (
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"

	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The .NET generator downloads the package's logo, Pulumi's own by default: it gets a dot from here instead.
func generateDotnet(pkg *schema.Package) (map[string][]byte, error) {
	logo := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		_ = png.Encode(answer, image.NewGray(image.Rect(0, 0, 1, 1)))
	}))
	defer logo.Close()
	pkg.LogoURL = logo.URL
	return dotnet.GeneratePackage(tool, pkg, nil, nil)
}
