using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Seckill.Web.Hosting;

internal static class HouseConsoleLogging
{
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Logging.AddConsole(options => options.FormatterName = HouseConsole.FormatterName).AddConsoleFormatter<HouseConsole, ConsoleFormatterOptions>();
    }
}

/// <summary>One line for each thing that happens: when, how bad, what.</summary>
internal sealed class HouseConsole(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "house";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // Whoever starts the program reads these sentences on standard error; the stack trace would hide them.
        if (logEntry.Exception is { } failure && Starting.SentencesOf(failure).Count > 0)
        {
            return;
        }

        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(clock.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        textWriter.Write(logEntry.LogLevel switch
        {
            LogLevel.Trace or LogLevel.Debug => " debug  ",
            LogLevel.Information => "  ",
            LogLevel.Warning => " WARNING  ",
            _ => " ERROR  ",
        });
        textWriter.Write(message.ReplaceLineEndings(" "));
        if (logEntry.LogLevel != LogLevel.Information)
        {
            textWriter.Write("  [");
            textWriter.Write(logEntry.Category);
            textWriter.Write(']');
        }

        textWriter.WriteLine();
        if (logEntry.Exception is not null)
        {
            textWriter.WriteLine(logEntry.Exception);
        }
    }
}
