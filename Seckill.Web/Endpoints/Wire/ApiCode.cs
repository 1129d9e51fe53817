namespace Seckill.Web.Endpoints.Wire;

/// <summary>What an answer's <c>code</c> may be. The first three digits are its HTTP status.</summary>
internal static class ApiCode
{
    public const int Ok = 0;
    public const int Invalid = 40000;
    public const int NotSignedIn = 40100;
    public const int NotAllowed = 40300;
    public const int NotFound = 40400;
    public const int WrongMethod = 40500;
    public const int NotStarted = 40901;
    public const int Ended = 40902;
    public const int SoldOutForNow = 40903;
    public const int OverLimit = 40904;
    public const int Paused = 40905;
    public const int TooLate = 40906;
    public const int StateChanged = 40907;
    public const int Declined = 40908;
    public const int NameTaken = 40909;
    public const int Overlaps = 40910;
    public const int TooLarge = 41300;
    public const int NotJson = 41500;
    public const int KeyReused = 42200;
    public const int TooManyRequests = 42900;
    public const int Unexpected = 50000;
    public const int NotTaken = 50300;
    public const int Unknown = 50301;

    public static int StatusOf(int code) => code == Ok ? StatusCodes.Status200OK : code / 100;
}
