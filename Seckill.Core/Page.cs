namespace Seckill.Core;

/// <summary>One page of a list and how many there are in all.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total);

/// <summary>
/// A rule that a value breaks. <paramref name="Rule"/> names the sentence (<c>required</c>, <c>tooLong</c>, <c>range</c>, <c>format</c> …),
/// <paramref name="Bounds"/> fills its gaps in order.
/// </summary>
public sealed record FieldError(string Field, string Rule, params IReadOnlyList<object> Bounds);
