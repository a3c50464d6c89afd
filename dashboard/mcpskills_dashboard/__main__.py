from mcpskills_dashboard.app import main

main()
