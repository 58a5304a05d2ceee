package rpc_test

import (
	"encoding/xml"
	"reflect"
)

var cmpName = reflect.TypeFor[xml.Name]()

// fresh returns a pointer to a new value of the type that v points to.
func fresh(v any) any { return reflect.New(reflect.TypeOf(v).Elem()).Interface() }
