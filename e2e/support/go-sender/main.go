// Command go-sender writes one small telemetry of each signal with the OpenTelemetry SDK for Go, through the exporters
// for gRPC or for HTTP, and ends with 1 when anything was not taken.
//
// Usage: go-sender grpc|http, with OTEL_EXPORTER_OTLP_ENDPOINT set. What it sends is described in ../sdk-senders.ts.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, protocol string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var faults faults
	otel.SetErrorHandler(&faults)

	exporters, err := exportersFor(ctx, protocol)
	if err != nil {
		return err
	}
	res := resource.NewSchemaless(
		attribute.String("service.name", "go-"+protocol),
		attribute.String("job.id", "sdk-run"),
		attribute.StringSlice("hosts", []string{"a", "b"}),
	)
	traces := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporters.traces), sdktrace.WithResource(res))
	logs := sdklog.NewLoggerProvider(
		sdklog.WithProcessor(sdklog.NewBatchProcessor(exporters.logs)), sdklog.WithResource(res))
	metrics := sdkmetric.NewMeterProvider(
		sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporters.metrics)),
		sdkmetric.WithResource(res),
		sdkmetric.WithView(sdkmetric.NewView(
			sdkmetric.Instrument{Name: "sdk.exponential"},
			sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}},
		)))

	within := sendSpans(ctx, traces.Tracer("sdk-sender", trace.WithInstrumentationVersion("1.2.3")))
	sendLogs(within, logs.Logger("sdk-sender", log.WithInstrumentationVersion("1.2.3")))
	if err := sendMetrics(within, metrics.Meter("sdk-sender", metric.WithInstrumentationVersion("1.2.3"))); err != nil {
		return err
	}
	return errors.Join(
		traces.Shutdown(ctx), logs.Shutdown(ctx), metrics.Shutdown(ctx), faults.joined())
}

// sendSpans returns a context within the inner span, which has ended.
func sendSpans(ctx context.Context, tracer trace.Tracer) context.Context {
	ctx, outer := tracer.Start(ctx, "train", trace.WithSpanKind(trace.SpanKindServer))
	inner, span := tracer.Start(ctx, "step",
		trace.WithLinks(trace.Link{SpanContext: outer.SpanContext(), Attributes: []attribute.KeyValue{attribute.String("why", "resumed")}}),
		trace.WithAttributes(
			attribute.String("text", "ä€😀"),
			attribute.Int64("whole", math.MaxInt64),
			attribute.Float64("real", 0.25),
			attribute.Bool("yes", true),
			attribute.Int64Slice("list", []int64{1, 2, 3}),
		))
	span.AddEvent("checkpoint", trace.WithAttributes(attribute.String("path", "a.ckpt")))
	span.SetStatus(codes.Error, "out of memory")
	span.End()
	outer.End()
	return inner
}

func sendLogs(ctx context.Context, logger log.Logger) {
	var plain, event log.Record
	for _, record := range []*log.Record{&plain, &event} {
		record.SetTimestamp(time.Now())
	}
	plain.SetSeverity(log.SeverityWarn)
	plain.SetSeverityText("WARN")
	plain.SetBody(attribute.StringValue("loss is high"))
	plain.AddAttributes(attribute.Float64("loss", 2.5), attribute.Int64("batch", 7), attribute.Bool("yes", true))
	logger.Emit(ctx, plain)

	event.SetEventName("ml.run.heartbeat")
	event.SetSeverity(log.SeverityInfo)
	event.SetBody(attribute.MapValue(attribute.Int64("batch", 7)))
	logger.Emit(ctx, event)
}

func sendMetrics(ctx context.Context, meter metric.Meter) error {
	counter, err1 := meter.Int64Counter("sdk.counter", metric.WithUnit("{step}"), metric.WithDescription("steps"))
	upDown, err2 := meter.Float64UpDownCounter("sdk.updown")
	gauge, err3 := meter.Float64Gauge("ml.training.loss")
	histogram, err4 := meter.Float64Histogram("sdk.histogram", metric.WithExplicitBucketBoundaries(1, 10))
	exponential, err5 := meter.Float64Histogram("sdk.exponential")
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	counter.Add(ctx, 3)
	counter.Add(ctx, 4)
	upDown.Add(ctx, -1.5)
	gauge.Record(ctx, 0.125, metric.WithAttributes(attribute.Int("batch", 7), attribute.Int("epoch", 1)))
	for _, value := range []float64{0.5, 5, 50} {
		histogram.Record(ctx, value)
		exponential.Record(ctx, value)
	}
	return nil
}

// faults gathers what the SDK has no caller to tell.
type faults struct {
	mutex sync.Mutex
	all   []error
}

func (f *faults) Handle(err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.all = append(f.all, err)
}

func (f *faults) joined() error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return errors.Join(f.all...)
}
