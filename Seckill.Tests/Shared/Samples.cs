using CsCheck;

namespace Seckill.Tests.Shared;

/// <summary>
/// How the random tests run. Few samples by default; <c>CsCheck_Iter</c> (samples) or <c>CsCheck_Time</c> (seconds, for each test) make it a
/// long run. What fails is shrunk with the samples that are left and printed with its seed: <c>CsCheck_Seed=… CsCheck_Iter=1</c> and the
/// one test (<c>-method</c>) replay it, the seed with many samples goes on shrinking.
/// </summary>
internal static class Samples
{
    public static long Count(long usual) => Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? usual : Check.Iter;

    public static string Print<T>(IEnumerable<T> steps) => string.Join("", steps.Select(step => $"\n    {step}"));
}
