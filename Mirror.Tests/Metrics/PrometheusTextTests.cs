using Mirror.Web.Metrics;

namespace Mirror.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Write_Readings_AsPrometheusReadsThem()
    {
        string text = PrometheusText.Write(
        [
            new MeterReading("mirror.package.fills", "{fill}", "By end", IsCounter: true, [KeyValuePair.Create("result", "stored")], 3),
            new MeterReading("mirror.storage.free", "By", null, IsCounter: false, [], 12_345_678_901),
            new MeterReading("mirror.package.fills", "{fill}", "By end", IsCounter: true, [KeyValuePair.Create("result", "a\"b\\c\nd")], 0.5),
            new MeterReading("process.cpu.time", "s", "Time", IsCounter: true, [KeyValuePair.Create("cpu.mode", "user")], 1.25),
        ]);

        Assert.Equal(
            """
            # HELP mirror_package_fills_total By end
            # TYPE mirror_package_fills_total counter
            mirror_package_fills_total{result="stored"} 3
            mirror_package_fills_total{result="a\"b\\c\nd"} 0.5
            # TYPE mirror_storage_free_bytes gauge
            mirror_storage_free_bytes 12345678901
            # HELP process_cpu_time_seconds_total Time
            # TYPE process_cpu_time_seconds_total counter
            process_cpu_time_seconds_total{cpu_mode="user"} 1.25

            """,
            text);
    }
}
