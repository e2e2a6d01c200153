package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// found is what one service package's source tells.
type found struct {
	Service, Module     string
	Paginators, Waiters []string
	Unions              map[string]map[string]string
	HasUnknownArm       bool
	HasDocument         bool
	// schemas holds the schema of each Go type, renamed the members of each
	// schema whose Go field is spelled differently.
	schemas map[string]string
	renamed map[string]map[string]string
}

// NeedsTypes says whether the generated file names anything of the types package.
func (f found) NeedsTypes() bool { return f.HasUnknownArm || len(f.Unions) > 0 }

// Names gives the model's member name by package.Type.Field, where it is not the field's.
func (f found) Names() map[string]string {
	names := map[string]string{}
	for owner, schema := range f.schemas {
		for field, member := range f.renamed[schema] {
			names[owner+"."+field] = member
		}
	}
	return names
}

func scan(folder, service string) (found, error) {
	result := found{
		Unions:  map[string]map[string]string{},
		schemas: map[string]string{},
		renamed: map[string]map[string]string{},
	}
	passes := []struct {
		folder string
		take   func(ast.Decl)
	}{
		{".", result.takeConstructor},
		{".", func(declaration ast.Decl) { result.takeSchema(service, declaration) }},
		{"types", result.takeUnion},
		{"types", result.takeArm},
		{"types", func(declaration ast.Decl) { result.takeSchema("types", declaration) }},
		{"schemas", result.takeMember},
		{"document", result.takeDocument},
	}
	for _, pass := range passes {
		if err := eachDeclaration(filepath.Join(folder, pass.folder), pass.take); err != nil {
			return result, err
		}
	}
	sort.Strings(result.Paginators)
	sort.Strings(result.Waiters)
	return result, nil
}

// eachDeclaration parses a folder's files, tests apart. A missing folder has none.
func eachDeclaration(folder string, take func(ast.Decl)) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, entry.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range parsed.Decls {
			take(declaration)
		}
	}
	return nil
}

// takeConstructor keeps NewListModelsPaginator and NewEndpointInServiceWaiter.
func (f *found) takeConstructor(declaration ast.Decl) {
	function, ok := declaration.(*ast.FuncDecl)
	if !ok || function.Recv != nil {
		return
	}
	name, constructs := strings.CutPrefix(function.Name.Name, "New")
	if !constructs {
		return
	}
	if operation, ok := strings.CutSuffix(name, "Paginator"); ok {
		f.Paginators = append(f.Paginators, operation)
	}
	if waiter, ok := strings.CutSuffix(name, "Waiter"); ok {
		f.Waiters = append(f.Waiters, waiter)
	}
}

// takeUnion keeps the interfaces: in a types package they are the unions.
func (f *found) takeUnion(declaration ast.Decl) {
	general, ok := declaration.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range general.Specs {
		named, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		if _, union := named.Type.(*ast.InterfaceType); union && named.Name.IsExported() {
			f.Unions[named.Name.Name] = map[string]string{}
			f.schemas["types."+named.Name.Name] = named.Name.Name
		}
		if named.Name.Name == "UnknownUnionMember" {
			f.HasUnknownArm = true
		}
	}
}

// takeArm keeps the receiver of `func (*AIModelSourceMemberS3) isAIModelSource()`.
func (f *found) takeArm(declaration ast.Decl) {
	function, ok := declaration.(*ast.FuncDecl)
	if !ok || function.Recv == nil {
		return
	}
	arms, ok := f.Unions[strings.TrimPrefix(function.Name.Name, "is")]
	if !ok {
		return
	}
	pointer, ok := function.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return
	}
	arm, ok := pointer.X.(*ast.Ident)
	if !ok {
		return
	}
	union := strings.TrimPrefix(function.Name.Name, "is")
	if name, ok := strings.CutPrefix(arm.Name, union+"Member"); ok {
		arms[name] = arm.Name
	}
}

// takeSchema keeps which schema a type is written with: the first that its
// Serialize or Deserialize names.
func (f *found) takeSchema(folder string, declaration ast.Decl) {
	method, ok := declaration.(*ast.FuncDecl)
	if !ok || method.Recv == nil || !strings.HasSuffix(method.Name.Name, "erialize") {
		return
	}
	pointer, ok := method.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return
	}
	owner, ok := pointer.X.(*ast.Ident)
	if !ok {
		return
	}
	ast.Inspect(method.Body, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name := folder + "." + owner.Name
		if from, ok := selector.X.(*ast.Ident); ok && from.Name == "schemas" && f.schemas[name] == "" {
			f.schemas[name] = selector.Sel.Name
		}
		return true
	})
}

// takeMember reads `Shape_member = Shape.AddMember("member", …)` and keeps the
// members whose Go field is not spelled as they are.
func (f *found) takeMember(declaration ast.Decl) {
	ast.Inspect(declaration, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		method, isMethod := call.Fun.(*ast.SelectorExpr)
		text, isText := call.Args[0].(*ast.BasicLit)
		if !isMethod || !isText || method.Sel.Name != "AddMember" {
			return true
		}
		schema, isName := method.X.(*ast.Ident)
		member, err := strconv.Unquote(text.Value)
		if !isName || err != nil || exported(member) == member {
			return true
		}
		if f.renamed[schema.Name] == nil {
			f.renamed[schema.Name] = map[string]string{}
		}
		f.renamed[schema.Name][exported(member)] = member
		return true
	})
}

// exported is Go's name of a member.
func exported(member string) string {
	if member == "" {
		return member
	}
	return strings.ToUpper(member[:1]) + member[1:]
}

func (f *found) takeDocument(declaration ast.Decl) {
	if function, ok := declaration.(*ast.FuncDecl); ok && function.Name.Name == "NewLazyDocument" {
		f.HasDocument = true
	}
}
