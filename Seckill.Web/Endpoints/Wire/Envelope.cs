using System.Text.Json.Serialization;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>Every answer of the API.</summary>
/// <param name="Code">0: done. Otherwise why not.</param>
/// <param name="Message">For a person, in the caller's language.</param>
internal sealed record Envelope<T>(int Code, string Message, T? Data);

/// <summary>What a refusal may carry.</summary>
/// <param name="SeckillId">To ask with, when the outcome is not known yet.</param>
/// <param name="Left">Units left.</param>
/// <param name="Lines">The lines of a list that are not right.</param>
internal sealed record RefusalData(
    long? SeckillId = null,
    int? Left = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RefusedLine>? Lines = null);

/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">What it says, or the beginning of that.</param>
/// <param name="Problem">What is wrong, for a person.</param>
internal sealed record RefusedLine(int Line, string Text, string Problem);

/// <summary>One page of a list.</summary>
/// <param name="Total">How many there are in all.</param>
internal sealed record Listing<T>(IReadOnlyList<T> Items, int Total);
