package main

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

type exporters struct {
	traces  sdktrace.SpanExporter
	logs    sdklog.Exporter
	metrics sdkmetric.Exporter
}

func exportersFor(ctx context.Context, protocol string) (exporters, error) {
	var e exporters
	var err1, err2, err3 error
	switch protocol {
	case "grpc":
		e.traces, err1 = otlptracegrpc.New(ctx)
		e.logs, err2 = otlploggrpc.New(ctx)
		e.metrics, err3 = otlpmetricgrpc.New(ctx)
	case "http":
		e.traces, err1 = otlptracehttp.New(ctx)
		e.logs, err2 = otlploghttp.New(ctx)
		e.metrics, err3 = otlpmetrichttp.New(ctx)
	default:
		return e, fmt.Errorf("no such protocol: %q", protocol)
	}
	return e, errors.Join(err1, err2, err3)
}
