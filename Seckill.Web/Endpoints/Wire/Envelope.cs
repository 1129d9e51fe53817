namespace Seckill.Web.Endpoints.Wire;

/// <summary>Every answer of the API.</summary>
/// <param name="Code">0: done. Otherwise why not.</param>
/// <param name="Message">For a person, in the caller's language.</param>
internal sealed record Envelope<T>(int Code, string Message, T? Data);

/// <summary>What a refusal may carry.</summary>
/// <param name="SeckillId">To ask with, when the outcome is not known yet.</param>
/// <param name="Left">Units left.</param>
internal sealed record RefusalData(long? SeckillId = null, int? Left = null);

/// <summary>One page of a list.</summary>
/// <param name="Total">How many there are in all.</param>
internal sealed record Listing<T>(IReadOnlyList<T> Items, int Total);
