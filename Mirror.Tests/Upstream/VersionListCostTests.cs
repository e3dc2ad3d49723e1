using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Upstream;

namespace Mirror.Tests.Upstream;

/// <summary>The memory that large lists allocate, measured per thread, so that concurrent tests do not affect it.</summary>
public sealed class VersionListCostTests
{
    // A quarter of the largest size: the cost grows with the size, and fixed costs of a list count more here.
    private const int Size = 8 << 20;

    [Theory]
    [InlineData("versions only")]
    [InlineData("platforms in common")]
    [InlineData("different platforms")]
    public void List_OfAnyShape_AllocatesAtMostThreeTimesItsSize(string kind)
    {
        byte[] document = Make(kind, out int versions);
        Parse("{\"versions\":[]}"u8.ToArray());
        long before = GC.GetAllocatedBytesForCurrentThread();

        var list = Parse(document);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(versions, list.Count);
        Assert.InRange(allocated, list.Size - 2048, 3L * document.Length);
        Assert.InRange(list.Size, 1, document.Length * 5L / 4);
    }

    [Fact]
    public void Find_InALargeList_AllocatesAlmostNothing()
    {
        var list = Parse(Make("versions only", out _));
        var version = ProviderVersion.Parse("0.73.11");
        Assert.True(list.Contains(version));
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
        {
            list.Contains(version);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 200);
    }

    [Fact]
    public async Task Documents_ReadConcurrently_StayWithinTheMemoryLimit()
    {
        const int Step = 64 * 1024;
        using var memory = new OriginMemory();
        var shares = Enumerable.Range(0, 10).Select(_ => memory.Begin()).ToList();
        foreach (var share in shares)
        {
            for (int i = 0; i < 16; i++)
            {
                Assert.True(share.GrowAsync(Step, CancellationToken.None).IsCompletedSuccessfully);
            }
        }

        // From here on, each of them is large.
        var growing = shares.ConvertAll(share => share.GrowAsync(Step, CancellationToken.None));
        Assert.Equal(OriginMemory.MaxLargeDocuments, growing.Count(task => task.IsCompletedSuccessfully));
        Assert.True(shares[0].GrowAsync(Size, CancellationToken.None).IsCompletedSuccessfully);

        for (int done = 0; done < shares.Count; done++)
        {
            await growing[done];
            shares[done].Dispose();
        }

        Assert.True(memory.Begin().GrowAsync(Step, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Document_WithoutASlotInTime_ReportsThatOthersAreBeingRead()
    {
        using var memory = new OriginMemory();
        for (int i = 0; i < OriginMemory.MaxLargeDocuments; i++)
        {
            await memory.Begin().GrowAsync(Size, CancellationToken.None);
        }

        using var late = memory.Begin();
        using var limit = new CancellationTokenSource();
        var waiting = late.GrowAsync(Size, limit.Token);
        await limit.CancelAsync();

        await Assert.ThrowsAsync<OriginMemoryException>(() => waiting);
    }

    [Fact]
    public void SmallDocuments_WithoutFreeMemory_WaitForASlot()
    {
        using var memory = new OriginMemory();
        int taken = 0;
        var shares = Enumerable.Range(0, 100).Select(_ => memory.Begin()).ToList();
        foreach (var share in shares)
        {
            taken += share.GrowAsync(1 << 20, CancellationToken.None).IsCompletedSuccessfully ? 1 : 0;
        }

        Assert.Equal(16 + OriginMemory.MaxLargeDocuments, taken);
    }

    private static OriginVersionList Parse(byte[] document)
    {
        var reading = VersionListParser.ReadAsync(
            VersionListForm.Providers, new MemoryStream(document, writable: false), CancellationToken.None);
        Assert.True(reading.IsCompletedSuccessfully);
        return reading.Result;
    }

    /// <summary>A document of approximately this size, with the oldest version first.</summary>
    private static byte[] Make(string kind, out int versions)
    {
        using var document = new MemoryStream(Size);
        document.Write("{\"versions\":["u8);
        for (versions = 0; document.Length < Size - 2000; versions++)
        {
            var text = new StringBuilder(versions == 0 ? "" : ",");
            text.Append("{\"version\":\"")
                .Append(versions / 1_000_000)
                .Append('.')
                .Append(versions / 1000 % 1000)
                .Append('.')
                .Append(versions % 1000)
                .Append('"');
            if (kind != "versions only")
            {
                text.Append(",\"protocols\":[\"5.0\"],\"platforms\":[");
                for (int i = 0; i < (kind == "platforms in common" ? 14 : 2); i++)
                {
                    int number = kind == "platforms in common" ? i : (versions * (i + 1) * 7919 % 900);
                    text.Append(i == 0 ? "" : ",").Append("{\"os\":\"os").Append(number).Append("\",\"arch\":\"amd64\"}");
                }

                text.Append(']');
            }

            document.Write(Encoding.ASCII.GetBytes(text.Append('}').ToString()));
        }

        document.Write("]}"u8);
        return document.ToArray();
    }
}
