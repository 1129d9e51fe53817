namespace Seckill.Core;

/// <summary>The program cannot start; the message is a sentence for whoever starts it.</summary>
public sealed class StartException : Exception
{
    public StartException()
    {
    }

    public StartException(string sentence)
        : base(sentence)
    {
    }

    public StartException(string sentence, Exception cause)
        : base(sentence, cause)
    {
    }
}
