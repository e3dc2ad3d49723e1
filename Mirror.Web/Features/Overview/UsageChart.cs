namespace Mirror.Web.Features.Overview;

/// <summary>A series of a chart; all series have the same categories.</summary>
/// <param name="Values">In the base unit of the axis, such as bytes. Null is unknown: a gap.</param>
public sealed record UsageSeries(string Name, IReadOnlyList<double?> Values);

/// <summary>A row of the table of a chart.</summary>
/// <param name="Figures">The formatted values, one for each column.</param>
public sealed record FigureRow(string Name, IReadOnlyList<string> Figures);
